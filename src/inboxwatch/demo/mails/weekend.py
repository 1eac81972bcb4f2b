"""Saturday: the furious, the rude, the thankful, and three ways to pretend to be somebody."""

from __future__ import annotations

from inboxwatch.demo.letter import SHOP, Letter, Verdict, multipart
from inboxwatch.demo.mails.evening import VAN

LETTERS = (
    Letter(
        about="thank-you",
        minutes_before=600,
        sender="Étienne Marchand <etienne@marchand.example>",
        subject="Merci !",
        text="""
            Bonjour,

            le dérailleur tourne comme une horloge. Merci beaucoup à l'atelier, et
            bon week-end !

            Étienne
            """,
    ),
    Letter(
        about="alternative",
        minutes_before=540,
        sender="Hanna Brückner <hanna@brueckner.example>",
        subject="Gutschein verschenken",
        content=(("Content-Type", "multipart/alternative; boundary=alt"),),
        text=multipart(
            "alt",
            """
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 8bit

            Hallo,

            kann ich bei euch einen Gutschein kaufen und selbst ausdrucken?

            Liebe Grüße
            Hanna
            """,
            """
            Content-Type: text/html; charset=utf-8
            Content-Transfer-Encoding: 8bit

            <p>Hallo,</p><p>kann ich bei euch einen <b>Gutschein</b> kaufen und selbst
            ausdrucken?</p><p>Liebe Grüße<br>Hanna</p>
            """,
        ),
    ),
    Letter(
        about="copied in",
        minutes_before=480,
        sender="Marta Quill <marta@quill-events.example>",
        to="Gravel Riders <riders@gravel-club.example>",
        subject="Start list for the Sunday ride",
        text="""
            Dear riders,

            the start list is closed. We meet at nine at the old water tower.

            Marta
            """,
    ),
    Letter(
        about="swallowed fleet",
        minutes_before=420,
        mailbox="Spam",
        sender="Dispatch <dispatch@nordwind.example>",
        verdict=Verdict.UNTOLD,
        subject="Two cargo bikes out of service",
        text="""
            Hello,

            two of our cargo bikes have lost their brakes. Can you collect them on
            Monday?

            Nordwind dispatch
            """,
    ),
    Letter(
        about="display-name trick",
        minutes_before=360,
        mailbox="Spam",
        sender='"yuki@tan.example" <offers@prize-wheel.example>',
        subject="My order - please open",
        text="""
            Dear shop, my order is in the attached invoice, please open it and pay
            today.
            """,
    ),
    Letter(
        about="angry customer",
        minutes_before=250,
        sender="Bella Ferro <bella@velo-coop.example>",
        subject="Frame cracked after two weeks!!!",
        text="""
            This is unacceptable. The frame of my R3 cracked at the head tube while
            I saw it in the shed, before a ride. I am extremely angry,
            and I want a refund AND an explanation, immediately.

            Bella Ferro
            """,
    ),
    Letter(
        about="promo code",
        minutes_before=180,
        sender="Kit Larsen <kit@larsen.example>",
        subject="Promo code RING100",
        text="""
            Hey,

            a forum says the promo code RING100 makes any order free. Is that
            right? My basket says 0.00.

            Kit
            """,
    ),
    Letter(
        about="hostile subject",
        minutes_before=150,
        sender="Zed <zed@prankster.example>",
        subject=b"\x1b[2J\x1b[31mYour terminal is mine\x1b[0m [red]x[/] [link=https://prankster.example]y",
        text="""
            Does your bell shop sell \x1b[5mblinking\x1b[0m lights? [bold]Just asking[/].
            """,
    ),
    Letter(
        about="rude customer",
        minutes_before=95,
        sender="Gus Hardwick <gus@hardwick.example>",
        subject="useless",
        text="""
            What a useless shop. The grips I bought 14 months ago are worn, and your
            stupid colleague at the till told me that is normal. Send me a new pair
            for free, plus a free service, or I tell everyone what clowns you are.

            Hardwick
            """,
    ),
    Letter(
        about="spam",
        minutes_before=70,
        mailbox="Spam",
        sender="Pharma Direct <deals@pills-4-less.example>",
        subject="R3-L1EF in 24h, no prescription",
        headers=(("List-Unsubscribe", "<https://pills-4-less.example/u>"),),
        text="""
            Click here now. Limited offer. Plain parcels.
            """,
    ),
    Letter(
        about="swallowed and furious",
        minutes_before=32,
        mailbox="Spam",
        sender="Dana Whitlock <dana@whitlock.example>",
        subject="THIRD MAIL. Where is my frame? Order 7204",
        text="""
            This is my third mail this week and you have not answered a single one.
            You took $1,240 and vanished. I am furious. Your website brags about
            "support within the hour", what a joke.

            I want my frame or my money back, now.

            Dana Whitlock
            """,
    ),
)

OWN = (
    Letter(
        about="a promise by hand",
        minutes_before=3534,
        mailbox="Sent",
        sender=f"Jo Lindgren <{SHOP}>",
        to="Mina Okafor <mina@okafor.example>",
        subject="Re: Your van was 90 minutes late",
        verdict=Verdict.UNTOLD,
        references=(VAN,),
        text="""
            Dear Mina,

            I am sorry about the van, and I am finding out what happened.
            I will call you by Monday at 10 am.

            Jo
            """,
    ),
)
"""What the shop sends by hand: on Thursday morning Jo promises a call for Monday."""
