"""Monday before opening: an honest insult, a code that spread overnight, a promise to be kept."""

from __future__ import annotations

from inboxwatch.demo.letter import Letter, multipart

LETTERS = (
    Letter(
        about="promo code",
        minutes_before=610,
        sender="Noor Aziz <noor@aziz.example>",
        subject="RING100",
        text="""
            Hello,

            I used the promo code RING100 and my order was free. Will it be sent?

            Noor
            """,
    ),
    Letter(
        about="promo code",
        minutes_before=505,
        sender="Ivo Petrov <ivo@petrov.example>",
        subject="Free order with promo code?",
        text="""
            Hi Acme,

            RING100 took 100 % off. Just checking before I tell my whole club.

            Ivo
            """,
    ),
    Letter(
        about="out of office, German",
        minutes_before=430,
        sender="Jörg Bäcker <joerg@baecker.example>",
        subject="Abwesenheitsnotiz: Re: Ersatzteil für Rücktritt",
        headers=(("X-Autoreply", "yes"), ("Precedence", "auto_reply")),
        text="""
            Guten Tag,

            ich bin bis zum 7.12. nicht im Büro. Ihre Nachricht wird nicht
            weitergeleitet.
            """,
    ),
    Letter(
        about="survey",
        minutes_before=190,
        sender="Leo Brandt <leo@brandt.example>",
        subject="Re: How did we do?",
        text="""
            Don't bother, you guys are absolute idiots. You say I owe $400. I owe
            $9, and I can show you the invoice.

            Leo Brandt
            """,
    ),
    Letter(
        about="photo",
        minutes_before=75,
        sender="Per Lindqvist <per@lindqvist.example>",
        subject="Child seat: is this the right bracket?",
        content=(("Content-Type", "multipart/mixed; boundary=pic"),),
        text=multipart(
            "pic",
            """
            Content-Type: text/plain; charset=utf-8

            Good morning, the seat has arrived. Is this the right bracket?

            Per
            """,
            """
            Content-Type: image/png; name=bracket.png
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename=bracket.png

            iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6
            kgAAAABJRU5ErkJggg==
            """,
        ),
    ),
    Letter(
        about="manager, elsewhere",
        minutes_before=50,
        sender="Ruth Castellan <ruth.castellan@city-choir.example>",
        subject="Perhaps this address works",
        text="""
            Good morning,

            since nobody answers on my usual address: I would like to talk to the
            manager about order 5521. After eleven years as a customer I think that
            is not too much to ask. Otherwise I will buy elsewhere.

            Ruth Castellan
            """,
    ),
    Letter(
        about="VIP",
        minutes_before=25,
        sender="Ingrid Solberg <ingrid@solberg-touring.example>",
        subject="Key to the bike shed",
        text="""
            Good morning,

            one of the shed keys you gave us for the service week is bent. Could you
            bring a spare when you come on Thursday?

            Ingrid
            """,
    ),
)
