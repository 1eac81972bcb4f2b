"""What each rule says, in one plain sentence, for whoever asks why a mail got no reply."""

from __future__ import annotations

from types import MappingProxyType

RULEBOOK = MappingProxyType(
    {
        "A01": "The mail says itself that it was sent automatically (Auto-Submitted).",
        "A02": "It has no return address, as bounces have; nothing may answer those.",
        "A03": "The server recorded no return address, so it is not certain where a reply goes.",
        "A04": "It is a delivery report, a read receipt or an abuse report.",
        "A05": "It reports recipients whose mail failed.",
        "A06": "It is marked as bulk, junk, list or automatic mail (Precedence).",
        "A07": "It came over a mailing list that is not one of the team's own.",
        "A08": "It carries an unsubscribe link, as newsletters do.",
        "A09": "Its sender asks for no automatic replies (X-Auto-Response-Suppress).",
        "A10": "Another responder or program has marked it as automatic.",
        "A11": "It is our own mail that came back.",
        "A12": "It carries the marks of a mass mailing.",
        "A13": "It is an invitation or an answer to one, made by a calendar.",
        "A14": "From does not name exactly one sender.",
        "A15": "Its subject begins as automatic mail does; a person should look.",
        "A16": "Somebody has dealt with it already, or it is a draft or deleted.",
        "A17": "It is not new: a late automatic reply confuses more than it helps.",
        "A18": "A colleague has already answered in this conversation.",
        "A30": "The address belongs to a machine or a list's administration; nobody reads it.",
        "A31": "The address asks for no replies, or is configured not to get any.",
        "A32": "It came from one of our own addresses.",
        "A33": "It came from a colleague: from one of our own domains.",
        "A34": "Nothing can be sent to this address.",
        "A36": "None of our addresses stands in To, Cc or Bcc.",
        "A40": "It was found in the spam folder, where nothing is answered automatically.",
        "A43": "It is so badly formed that a person should look.",
        "A44": "It insults us, threatens, or speaks of the law: a person answers, not a template.",
        "A45": "The writer asked not to be contacted.",
        "F01": "The return address and From disagree, so a reply could reach the wrong person.",
        "F15": "The reply could not be written as a correct mail.",
        "F20": "The address holds characters that no mail can name to the letter.",
        "L01": "This sender has had an automatic reply recently.",
        "L03": "A limit on automatic replies is reached: of the domain, the account, or all.",
        "L05": "This conversation has had its automatic reply.",
        "L12": "It arrived before replies were switched on.",
        "L13": "Sending is stopped by the switch.",
        "O04": "No template fits, or the template could not be rendered.",
        "S07": "The mail servers' verdict is that the sender's address is forged.",
        "S21": "From can be read in two ways, as forgers like it.",
        "S22": "The sender's name shows somebody else's address.",
        "S24": "Answers would go to a stranger: Reply-To belongs to another organisation.",
        "X01": "A reply to this mail is already being sent.",
        "X04": "This mail has had its reply before.",
        "X07": "It lay there before this mailbox was first looked at.",
        "X08": "Far more mails than usual want a reply; the whole mailbox may look new.",
        "X09": "The mail changed while the reply was being made.",
        "X12": "This mail could not be judged; a person should look.",
    }
)
"""Rule ids of the refusals that this program gives, and of what it holds back, to their meaning."""

SOFT_RULES = ("A08", "A12", "A15", "A30", "A31", "A33", "A36", "A43", "A44", "A45")
"""The rules that a configuration may turn off for single senders: those of severity S."""
