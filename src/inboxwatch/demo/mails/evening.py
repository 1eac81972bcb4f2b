"""Wednesday evening: a late van, a wrong lunch, broken charsets, and somebody who is not Yuki."""

from __future__ import annotations

from inboxwatch.demo.letter import Letter, Verdict, multipart
from inboxwatch.demo.mails.wednesday import SADDLE

VAN = "<van-late@okafor.example>"
"""The Message-ID of the mail that Jo answers by hand."""

LETTERS = (
    Letter(
        about="wrong lunch",
        minutes_before=385,
        sender="Tom Pereira <tom@pereira.example>",
        subject="Wrong order at the bike café",
        text="""
            Hello,

            I waited fifteen minutes at your café counter today and was then
            handed somebody else's lunch: two oat cappuccinos and a cheese bagel
            instead of one soup. I only noticed on the train. I would like my
            money back, please.

            Tom Pereira
            """,
    ),
    Letter(
        about="read receipt",
        minutes_before=350,
        sender="Per Lindqvist <per@lindqvist.example>",
        subject="Read: Child seat for the R3",
        return_path="",
        content=(
            (
                "Content-Type",
                "multipart/report; report-type=disposition-notification;\r\n boundary=mdn",
            ),
        ),
        text=multipart(
            "mdn",
            """
            Content-Type: text/plain; charset=utf-8

            Your message was displayed. This is no guarantee that it was understood.
            """,
            """
            Content-Type: message/disposition-notification

            Final-Recipient: rfc822; per@lindqvist.example
            Disposition: manual-action/MDN-sent-manually; displayed
            """,
        ),
    ),
    Letter(
        about="second address",
        minutes_before=300,
        sender="Klara Vogt <klara.vogt@holzwerkstatt.example>",
        subject="Nachtrag: Farbe des Lastenrads",
        text="""
            Hallo,

            ich schreibe jetzt von der Arbeit aus. Gibt es das Lastenrad auch in
            Grün?

            Klara Vogt
            """,
    ),
    Letter(
        about="Latin-1 called UTF-8",
        minutes_before=240,
        sender="Jörg Bäcker <joerg@baecker.example>",
        subject="Ersatzteil für Rücktritt",
        text=(
            "Guten Tag,\n\nich suche eine Rücktrittsnabe für ein Rad von 1987.\n"
            "Lässt sich so etwas noch beschaffen?\n\nJörg Bäcker\n"
        ).encode("latin-1"),
    ),
    Letter(
        about="German, of nobody known",
        minutes_before=220,
        sender="Beate Lorenz <beate@lorenz.example>",
        subject="Probefahrt am Samstag",
        text="""
            Guten Abend,

            kann man bei euch am Samstag ein Lastenrad zur Probe fahren, und muss
            ich mich dafür anmelden?

            Viele Grüße
            Beate Lorenz
            """,
    ),
    Letter(
        about="unknown charset",
        minutes_before=200,
        sender="Otto Zeppel <otto@zeppel.example>",
        subject="Bell for a penny-farthing",
        content=(
            ("Content-Type", "text/plain; charset=x-steampunk-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ),
        text="""
            Sirs,

            do you stock a bell loud enough for a penny-farthing?

            O. Zeppel
            """,
    ),
    Letter(
        about="raw subject",
        minutes_before=150,
        sender="Sylvie Roux <sylvie@roux.example>",
        subject="Vélo pliant: pédale cassée".encode("latin-1"),
        text="""
            Bonsoir,

            la pédale gauche de mon vélo pliant est cassée. Avez-vous la pièce en
            stock ?

            Sylvie Roux
            """,
    ),
    Letter(
        about="swallowed customer again",
        minutes_before=110,
        mailbox="Spam",
        sender="Dana Whitlock <dana@whitlock.example>",
        subject="Second try: order 7204",
        text="""
            Hello again,

            I wrote to you this morning and two weeks ago and got no reply. I
            would just like to know where my frame is. Is anybody reading this?

            Dana
            """,
    ),
    Letter(
        about="spoofed customer",
        minutes_before=95,
        mailbox="Spam",
        sender="Yuki Tan <yuki@tan.example>",
        return_path="bulk@cheap-relay.example",
        verdict=Verdict.FORGED,
        subject="URGENT refund - new bank account",
        text="""
            Hello Acme,

            please send my refund of $900 to my NEW bank account today and confirm
            by mail. My lawyer is waiting.

            Yuki Tan
            """,
    ),
    Letter(
        about="28 mails, again",
        minutes_before=65,
        sender="Ruth Castellan <ruth@castellan.example>",
        subject="Re: Re: Order 5521 - still the wrong saddle",
        message_id="<saddle-28@castellan.example>",
        references=(*SADDLE, "<saddle-27@castellan.example>"),
        text="""
            And this is the 28th.

            I asked for a manager this morning, as I have asked before. I want to
            speak to a manager. A person, with a name.

            Ruth Castellan
            """,
    ),
    Letter(
        about="late van",
        minutes_before=40,
        sender="Mina Okafor <mina@okafor.example>",
        subject="Your van was 90 minutes late",
        message_id=VAN,
        text="""
            Hi,

            the van with my repaired bike was due at 17:30. At 17:50 the driver
            rang: ninety minutes late, and by then you would be closed and I would
            be at work. I will hear from you in a day or two, I suppose, but I need
            the bike tomorrow at seven.

            Mina Okafor
            """,
    ),
)
