"""From octets to a Message: header, body, addresses, what is automatic, who is authenticated."""
