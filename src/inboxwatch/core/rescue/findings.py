"""What each finding about a mail in the spam folder says, in a sentence for a support lead."""

from __future__ import annotations

from types import MappingProxyType

FINDINGS = MappingProxyType(
    {
        "A14": "It does not say who sent it, or names several senders.",
        "A43": "It came damaged or only in part, so not all of it could be looked at.",
        "S01": "No mail server's word on senders is trusted yet, so nobody can be proven genuine.",
        "S06": "What the mail server says of the sender cannot be read without doubt.",
        "S07": "The mail server says that the sender's address is not proven, or is forged.",
        "S08": "The mail server could not decide whether the sender is genuine.",
        "S10": "Only a forwarding server that you trust vouches for the sender; that is enough to "
        "bring it back, not to answer it by itself.",
        "S11": "It was forwarded to you, which breaks the proof of who sent it.",
        "S14": "The mail server says nothing about whether the sender is genuine.",
        "S20": "The sender's address is not one of a known customer's.",
        "S21": "The sender's address can be read in two ways, as forgers like it.",
        "S22": "The name shown with the address belongs to somebody else.",
        "S23": "The sender's domain is made to look like one that you know.",
        "S24": "Answers would go to a stranger: Reply-To belongs to somebody else, or holds more "
        "than plain addresses.",
        "S25": "The spam filter took it for phishing, harmful software or a forgery, or was very "
        "sure.",
        "S26": "A program is attached, which could do harm when it is opened, or something that "
        "hides what it is.",
    }
)
"""Rule ids that keep a mail in the spam folder or send it to a person, to their meaning.

Those of what machines send (A01 to A32) are explained with the rules on replies.
"""
