"""The lines that say "what follows was written before", in the languages of our customers' mail.

Tables: the words mail programs put above a quote or a forward, the names they give header fields
there, and what telephones sign with. ``quote`` says what they mean. The long patterns are made when
a line needs them: together they take 9 ms, and most lines cannot match.
"""
# ruff: noqa: RUF001, SIM905, ISC004  # letters of other scripts; words read best as words

from __future__ import annotations

import re
from functools import cache

WROTE = frozenset(
    """
    wrote writes said sent  schrieb schreibt geschrieben  écrit ecrit écrivait envoyé
    escribió escribio escribe  escrit escriure  scritto scrive  schreef geschreven schrijft
    escreveu escreve  escribiu  skrev skriver  skrifaði skrifadi  kirjoitti  kirjutas
    napisał napisała napisal pisze  napsal napsala píše  napísal napísala  napisao napisala
    написал написала пишет писал писала  пише написав  написа  напісаў
    írta írja  scris scrie  yazdı yazdi yazmış  έγραψε γράφει  rašė parašė rakstīja
    menulis  viết  เขียน เขียนว่า  כתב כתבה  كتب كتبت نوشت
    """.split()
)
"""Words for "wrote", one of which an attribution has anywhere."""

WROTE_ENDINGS = ("写道", "寫道", "写到", "のメール", "書きました", "작성", "작성함", "쓴 글")
"""The same in languages that write no spaces."""

_START_WORDS = (
    r"on|at|am|vom|von|le|la|el|em|no dia|il|il giorno|op|den|d\.|kl\.?|på|från|fra|pe|în"
    r"|dne|dňa|dana|dnia|w dniu|na|po|u|az|в|на|у|στις|vào|lúc|pada|בתאריך|ב-|في|در|เมื่อ|于|在|from"
)
_WEEKDAYS = (
    "mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb"
    "|dom|gio|sab|ma|wo|vr|za|zo|seg|ter|qua|qui|sex|pon|wt|śr|czw|pt|niedz|пн|вт|ср|чт|пт|сб|вс|нд"
    "|tor|ons|fre|lør|lör|søn|sön"
)
START = re.compile(
    rf"[\s*_-]*+(?:(?:{_START_WORDS})\b[^\d]{{0,40}}\d|(?:{_WEEKDAYS})\w*[.,]*\s[^\d]{{0,20}}\d"
    r"|\d{1,4}[./年-]|\d{1,2}\.?\s\w+\.?\s\d)",
    re.IGNORECASE,
)
"""How an attribution begins: a preposition or a weekday, then soon a number; or a date."""

WHEN = re.compile(r"\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d\d|\d[年日]")
"""A time of day or a date with its year."""

ADDRESS = re.compile(r"[^\s<>@\"]@[\w-]")

BARE_SENDER = re.compile(r"\d{4}[-/.]\d\d?[-/.]\d\d?\b.{0,120}<[^<>@\s]{1,100}@[^<>@\s]{1,200}>")
"""A date, a name and an address alone, as Gmail wrote in some languages."""

_ORIGINAL = """
original message, original appointment, original mail, original email, original-mail, reply message
ursprüngliche nachricht, urspr. nachricht, originalnachricht, original-nachricht
ursprünglicher termin, message d'origine, message d’origine, message original
courriel d'origine, e-mail d'origine, mensaje original, correo original
messaggio originale, oorspronkelijk bericht, origineel bericht, mensagem original
originalmeddelelse, oprindelig meddelelse, oprindelig besked, opprinnelig melding
ursprungligt meddelande, originalmeddelande, alkuperäinen viesti, upprunaleg skilaboð
wiadomość oryginalna, oryginalna wiadomość, původní zpráva, původní e-mail, pôvodná správa
исходное сообщение, исходное письмо, оригинальное сообщение, вихідне повідомлення
початкове повідомлення, eredeti üzenet, mesaj original, mesajul original
orijinal mesaj, orijinal ileti, özgün ileti, αρχικό μήνυμα, izvorna poruka, originalna poruka
izvirno sporočilo, missatge original, mensaxe orixinal, algne kiri, pradinis pranešimas
sākotnējais ziņojums, thư gốc, tin nhắn gốc, pesan asli, mesej asal
원본 메시지, 원본 메일, 邮件原件, 原始邮件, 原始郵件, 原始信件, 原邮件, 元のメッセージ
הודעה מקורית, الرسالة الأصلية, رسالة أصلية, پیام اصلی
"""
_FORWARDED = """
forwarded message, forwarded by, forwarded mail, forwarded email, begin forwarded message
weitergeleitete nachricht, weitergeleitete mail, anfang der weitergeleiteten nachricht
anfang der weitergeleiteten e-mail, message transféré, message réexpédié
début du message transféré, début du message réexpédié, mensaje reenviado
inicio del mensaje reenviado, messaggio inoltrato, inizio messaggio inoltrato
doorgestuurd bericht, begin doorgestuurd bericht, mensagem encaminhada, mensagem reencaminhada
início da mensagem encaminhada, início da mensagem reencaminhada
videresendt meddelelse, videresendt besked, videresendt melding, start på videresendt besked
starten på en videresendt melding, vidarebefordrat meddelande, vidarebefordrat mejl
vidarebefordrat brev, välitetty viesti, edelleenlähetetty viesti
przekazana wiadomość, wiadomość przekazana dalej, początek przekazywanej wiadomości
přeposlaná zpráva, preposlaná správa, пересылаемое сообщение, пересланное сообщение
перенаправленное сообщение, начало переадресованного сообщения, переслане повідомлення
továbbított üzenet, mesaj redirecționat, yönlendirilmiş ileti, iletilmiş mesaj, iletilen mesaj
προωθημένο μήνυμα, proslijeđena poruka, prosleđena poruka, posredovano sporočilo
missatge reenviat, thư đã chuyển tiếp, pesan yang diteruskan
转发邮件, 转发的邮件, 轉寄郵件, 轉寄的郵件, 転送メッセージ, 転送されたメッセージ, 전달된 메시지
הודעה שהועברה, الرسالة المعاد توجيهها
"""


def _phrases(table: str) -> list[str]:
    found = (phrase.strip() for line in table.splitlines() for phrase in line.split(","))
    return [phrase for phrase in found if phrase]


def _any_of(table: str) -> str:
    """One pattern for all phrases of a table."""
    return "|".join(map(re.escape, _phrases(table)))


def is_original(line: str) -> bool:
    """``-----Original Message-----``: above a reply, and in Outlook above a forward as well."""
    return "--" in line and _original().fullmatch(line) is not None


@cache
def _original() -> re.Pattern[str]:
    return re.compile(
        rf"[\s*_]*+-{{2,}}+[\s*_]*+(?:{_any_of(_ORIGINAL)}).{{0,60}}?-{{2,}}+[\s*_]*+",
        re.IGNORECASE,
    )


def is_forwarded(line: str) -> bool:
    """``---------- Forwarded message ----------`` and ``Begin forwarded message:``."""
    if "--" not in line and line.isascii() and line.isprintable():
        phrase = line.strip(" *_").removesuffix(":").rstrip()
        if phrase.lower() not in _FORWARDED_PHRASES:
            return False
    return _forwarded().fullmatch(line) is not None


_FORWARDED_PHRASES = frozenset(_phrases(_FORWARDED))


@cache
def _forwarded() -> re.Pattern[str]:
    return re.compile(
        rf"[\s*_]*+(?:-{{2,}}+[\s*_]*+(?:{_any_of(_FORWARDED)}).{{0,80}}?-{{2,}}+"
        rf"|(?:{_any_of(_FORWARDED)})\s?[:：])[\s*_]*+",
        re.IGNORECASE,
    )


_FIELDS = {
    "from": """
        from von de da van från fra frá lähettäjä saatja od от від feladó kimden gönderen από
        expéditeur expediteur mittente remitente remetente avsändare avsender afsender absender
        afzender nadawca odesílatel odosielateľ отправитель відправник pošiljatelj šalje dari nuo no
        发件人 寄件人 寄件者 差出人 送信者 보낸사람 מאת من از từ
    """,
    "date": """
        sent date gesendet datum dato data fecha tarih dátum envoyé enviado enviada inviato
        verzonden sendt skickat lähetetty päivämäärä päiväys saadetud kuupäev wysłano wysłane
        odesláno odoslané отправлено надіслано дата elküldve küldve trimis gönderildi στάλθηκε
        ημερομηνία poslano datums išsiųsta ngày dikirim tanggal
        发送时间 日期 寄件日期 傳送時間 送信日時 日付 日時 보낸날짜 날짜 נשלח תאריך التاريخ تاريخ
    """,
    "to": """
        to an à a para voor naar aan til till vastaanottaja kellele do komu кому címzett către kime
        alıcı προς primatelj za prima per destinataire destinatario destinatário empfänger ontvanger
        получатель одержувач đến tới kepada 收件人 收件者 宛先 받는사람 אל إلى
    """,
    "cc": """
        cc bcc ccc dw kopie kopi kopia copie copia cópia kopio másolat копия копія bilgi κοιν
        抄送 副本 参照 참조 עותק نسخة
    """,
    "subject": """
        subject betreff objet asunto oggetto onderwerp assunto emne ämne aihe efni teema тема temat
        předmět predmet tárgy subiect konu θέμα naslov zadeva assumpte chủ subjek perihal tema tēma
        主题 主旨 件名 제목 נושא الموضوع موضوع
    """,
    "other": """
        reply-to antwort risposta répondre responder reply beantwoorden ответ odpowiedz organization
        importance attachments anhänge priorität wichtigkeit
    """,
}
FIELD_NAMES = {name: kind for kind, names in _FIELDS.items() for name in names.split()}
"""The first word of a header field's name in a quote, to what it means."""

_DEVICE = (
    r"i?phone|i?pad|ipod|mac|macbook|apple watch|android|galaxy|samsung|huawei|xiaomi|redmi|oneplus"
    r"|pixel|nokia|htc|lg|sony|xperia|motorola|blackberry|windows|outlook|yahoo|gmail|gmx|web\.de|aol"
    r"|mail\.ru|mailbox|airmail|spark|sparrow|newton|edison|nine|thunderbird|k-9|proton\w*|bluemail"
    r"|mobil\w*|móvil|smartphone|cell\w*|handy|t[eé]l[eé]fon\w*|telefoon|portable|tablet\w*|device"
    r"|phone|verizon|t-mobile|at&t|orange|vodafone|телефон\w*|устройства|мобильн\w*|почт\w*"
)
_SENT = (
    r"gesendet|geschickt|verschickt|envoyée?|enviad[oa]|enviat|enviou|inviato|verzonden|verstuurd"
    r"|skickat|sendt|lähetetty|saadetud|wysłan[eo]|odesláno|odoslané|poslano|отправлено|надіслано"
    r"|trimis|elküldve|küldve|gönderildi|στάλθηκε"
)
_GET = (
    r"get|download|holen sie sich|hol dir|laden sie|obtenez|télécharge[rz]|obtén|obtener|descarga"
    r"|scarica|ottieni|download|haal|pobierz|hämta|hent|скачать"
)
_DEVICE_SIGNATURES = (
    (  # Sent from my iPhone
        "sent|gesendet|envoyé|enviado|inviato|verzonden",
        r"(?:sent|gesendet|envoyé|enviado|inviato|verzonden)"
        r" (?:from|von|depuis|de mon|desde|da|vanaf)\b.{1,120}",
    ),
    (
        "sent|posted|written",
        rf"(?:sent|posted|written) (?:via|with|by|using) (?:\S+ ){{0,2}}?(?:{_DEVICE})\b.{{0,60}}",
    ),
    (_SENT, rf"(?:{_SENT})\b.{{0,25}}?\b(?:{_DEVICE}).{{0,60}}"),  # Wysłane z iPhone'a
    (_SENT, rf"(?:{_DEVICE}).{{0,25}}(?:{_SENT}).{{0,10}}"),  # iPhone'umdan gönderildi
    (  # Get Outlook for iOS
        "outlook|yahoo|gmail|bluemail|spark|proton",
        rf"(?:{_GET}) \[?(?:outlook|yahoo|gmail|bluemail|spark|proton)\b.{{1,80}}",
    ),
    (
        "from",
        r"(?:\w+ )?from (?:my )?(?:mobile|phone|iphone|ipad|android|tablet|cell)\b.{0,30}",
    ),
    (
        "vo[nm] (?:mein|unterwegs)",
        rf"vo[nm] (?:mein\w*|unterwegs)\b.{{0,20}}\b(?:{_DEVICE}).{{0,20}}(?:gesendet)?.{{0,5}}",
    ),
    (  # ... from my Android
        "(?:was|has been) (?:sent|written)",
        r"(?:this|the) (?:e-?mail|message) (?:was|has been) (?:sent|written)"
        rf" (?:from|via|with|using|by|on) (?:\S+ ){{0,2}}?(?:{_DEVICE})\b.{{0,60}}",
    ),
    (  # Diese Nachricht wurde ...
        "(?:diese|dit|denne|detta) ",
        rf"(?:diese|dit|denne|detta) .{{0,40}}\b(?:{_DEVICE}).{{0,60}}"
        r"(?:gesendet|verschickt|verfasst|verzonden|verstuurd|geschreven|skickat|sendt)[\W_]*",
    ),
    (  # Ce message a été envoyé depuis ...
        "(?:ce|cet|este|questo|denne|detta|это) ",
        r"(?:ce|cet|este|questo|denne|detta|это) .{0,20}\b"
        rf"(?:{_SENT})\b.{{0,20}}\b(?:{_DEVICE})\b.{{0,60}}",
    ),
    ("我的", r"(?:從|从|發自|发自|来自|來自)我的.{1,40}"),
    ("から送信|에서 보", r".{1,40}(?:から送信|에서 보냄|에서 보낸 메일)"),
)
"""What each kind of signature has, which is soon looked for, and what it is as a whole."""
_DEVICE_HINT = re.compile(
    "from|vo[nm]|sent|send|written|posted|enviad|enviat|enviou|inviato|verzonden|verstuurd|verfasst"
    "|schickt|skickat|saadetud|poslano|trimis|geschreven|outlook|yahoo|gmail|bluemail|spark|proton"
)
"""What a device's signature in ASCII has, whichever of the patterns it is, in lower case."""


def is_device_signature(line: str) -> bool:
    """A last line that a program added, alone in its paragraph."""
    if line.isascii() and not _DEVICE_HINT.search(line.lower()):
        return False
    return any(
        _any_case(sign).search(line) and _any_case(rf"[\W_]*+(?:{whole})[\W_]*").fullmatch(line)
        for sign, whole in _DEVICE_SIGNATURES
    )


@cache
def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
