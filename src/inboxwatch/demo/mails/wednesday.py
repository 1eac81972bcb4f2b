"""Wednesday morning: ordinary questions, a patient regular, and the first thing spam swallowed."""

from __future__ import annotations

from inboxwatch.demo.letter import HTML, SHOP, Letter, multipart

SADDLE = tuple(
    f"<saddle-{turn:02}@{'castellan.example' if turn % 2 else 'acme.example'}>"
    for turn in range(1, 27)
)
"""Twenty-six mails about one saddle before this scene begins."""

LETTERS = (
    Letter(
        about="swallowed customer",
        minutes_before=85,
        mailbox="Spam",
        sender="Dana Whitlock <dana@whitlock.example>",
        subject="Blue touring frame, order 7204",
        text="""
            Hi there,

            I ordered the blue touring frame on the 2nd and have not heard anything
            since. Could you tell me whether it has left the workshop?

            Thanks,
            Dana
            """,
    ),
    Letter(
        about="28 mails",
        minutes_before=71,
        sender="Ruth Castellan <ruth@castellan.example>",
        subject="Re: Re: Order 5521 - still the wrong saddle",
        message_id="<saddle-27@castellan.example>",
        references=SADDLE,
        text="""
            Hello,

            this is my 27th e-mail about the same saddle. Each time somebody new
            sends me the same paragraph about return labels. I have returned it.
            Twice.

            Please let me speak to a manager.

            Ruth Castellan

            On Tue, 17 Nov 2026 at 16:02, Acme Bikes <support@acme.example> wrote:
            > Thank you for contacting Acme Bikes! To return an item, please print
            > the enclosed label and bring the parcel to a shop near you.
            """,
    ),
    Letter(
        about="VIP",
        minutes_before=64,
        sender="Ingrid Solberg <ingrid@solberg-touring.example>",
        subject="Spring season: twelve more of the R3?",
        text="""
            Good morning,

            we are planning our spring tours and would like to add twelve R3 to the
            fleet, same fittings as last year. No hurry at all: an offer by the end
            of next week would be lovely.

            Kind regards,
            Ingrid
            --\x20
            Solberg Touring, twelve fjords and counting
            """,
    ),
    Letter(
        about="German",
        minutes_before=58,
        sender="Klara Vogt <klara@vogt.example>",
        subject="Lieferzeit für das Lastenrad",
        text="""
            Guten Morgen,

            wie lange dauert es im Moment, bis ein Lastenrad mit Regenverdeck bei
            uns in Münster ankommt? Wir würden es gern noch bis Weihnachten haben.

            Viele Grüße
            Klara Vogt
            """,
    ),
    Letter(
        about="French",
        minutes_before=55,
        sender="Étienne Marchand <etienne@marchand.example>",
        subject="Dérailleur qui saute",
        content=(
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "quoted-printable"),
        ),
        text="""
            Bonjour,

            depuis la r=C3=A9vision, le d=C3=A9railleur saute sur le troisi=C3=A8me p=
            ignon. Puis-je passer samedi matin pour un r=C3=A9glage=C2=A0?

            Merci d'avance,
            =C3=89tienne Marchand
            """,
    ),
    Letter(
        about="bounce",
        minutes_before=52,
        sender="Mail Delivery Subsystem <mailer-daemon@acme.example>",
        return_path="",
        subject="Undelivered Mail Returned to Sender",
        headers=(("Auto-Submitted", "auto-replied"),),
        content=(
            ("Content-Type", "multipart/report; report-type=delivery-status;\r\n boundary=dsn"),
        ),
        text=multipart(
            "dsn",
            """
            Content-Type: text/plain; charset=us-ascii

            Your message to <olive@moved-away.example> could not be delivered.
            """,
            """
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.acme.example

            Final-Recipient: rfc822; olive@moved-away.example
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 no such mailbox
            """,
            """
            Content-Type: text/rfc822-headers

            From: Acme Bikes <support@acme.example>
            To: olive@moved-away.example
            Subject: Your bell is ready
            """,
        ),
    ),
    Letter(
        about="out of office",
        minutes_before=47,
        sender="Nils Okonkwo <nils@nordwind.example>",
        return_path="",
        subject="Out of office: Your invoice 2026-1107",
        headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        text="""
            I am travelling until 30 November. In urgent cases please call the
            dispatch desk.
            """,
    ),
    Letter(
        about="mailing list",
        minutes_before=44,
        sender="Bram de Boer <bram@spokes.example>",
        to="Wheelbuilders <wheelbuilders@lists.spokes.example>",
        return_path="wheelbuilders-bounces@lists.spokes.example",
        subject="[wheelbuilders] Re: 28 or 32 spokes for a tandem?",
        headers=(
            ("List-Id", "Wheelbuilders <wheelbuilders.lists.spokes.example>"),
            ("List-Post", "<mailto:wheelbuilders@lists.spokes.example>"),
            ("Precedence", "list"),
        ),
        text="""
            Thirty-six. Nobody ever regretted spokes.
            """,
    ),
    Letter(
        about="newsletter",
        minutes_before=41,
        sender="Tyre World <hello@news.tyre-world.example>",
        return_path="b-4711@news.tyre-world.example",
        subject="Black rubber, bright prices",
        headers=(
            ("List-Unsubscribe", "<https://news.tyre-world.example/off/4711>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ),
        content=HTML,
        text="""
            <html><body><h1>Black rubber, bright prices</h1>
            <p>Forty per cent off everything that rolls.</p></body></html>
            """,
    ),
    Letter(
        about="HTML only",
        minutes_before=36,
        sender="Per Lindqvist <per@lindqvist.example>",
        subject="Child seat for the R3",
        content=HTML,
        text="""
            <html><head><style>p { color: navy }</style></head><body>
            <p>Hello,</p>
            <p>does the <b>child seat</b> fit the R3 <i>with</i> the small rack?</p>
            <p>Regards,<br>Per</p>
            </body></html>
            """,
    ),
    Letter(
        about="invitation",
        minutes_before=33,
        sender="Farah Haddad <farah@pedal-press.example>",
        subject="Invitation: Interview about winter tyres",
        content=(("Content-Type", "multipart/alternative; boundary=cal"),),
        text=multipart(
            "cal",
            """
            Content-Type: text/plain; charset=utf-8

            Interview about winter tyres, Friday 20 November 2026, 11:00.
            """,
            """
            Content-Type: text/calendar; charset=utf-8; method=REQUEST

            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//Pedal Press//Diary//EN
            METHOD:REQUEST
            BEGIN:VEVENT
            UID:winter-tyres@pedal-press.example
            DTSTAMP:20261118T085700Z
            DTSTART:20261120T100000Z
            DTEND:20261120T103000Z
            SUMMARY:Interview about winter tyres
            ORGANIZER:mailto:farah@pedal-press.example
            ATTENDEE:mailto:support@acme.example
            END:VEVENT
            END:VCALENDAR
            """,
        ),
    ),
    Letter(
        about="first of two",
        minutes_before=29,
        sender="Yuki Tan <yuki@tan.example>",
        subject="Which pump for the R3?",
        message_id="<pump-1@tan.example>",
        text="""
            Hi,

            which of your pumps fits the valves of the R3?

            Yuki
            """,
    ),
    Letter(
        about="second of two",
        minutes_before=21,
        sender="Yuki Tan <yuki@tan.example>",
        subject="Re: Which pump for the R3?",
        message_id="<pump-2@tan.example>",
        references=("<pump-1@tan.example>",),
        text="""
            Forgot to say: it is the 2024 model, with the narrow rims.

            Yuki
            """,
    ),
    Letter(
        about="no-reply",
        minutes_before=18,
        sender="Swift Parcel <no-reply@swift-parcel.example>",
        subject="Parcel 00340 has been picked up",
        text=f"""
            Dear {SHOP},

            parcel 00340 is on its way. Please do not answer this message.
            """,
    ),
    Letter(
        about="spam",
        minutes_before=12,
        mailbox="Spam",
        sender="Dr. Fortune <winner@lucky-millions.example>",
        to="undisclosed-recipients:;",
        subject="You have WON 4,000,000 !!!",
        text="""
            Dear beneficiary, send your bank details and a small processing fee
            today, and four million are yours. URGENT!!!
            """,
    ),
)
