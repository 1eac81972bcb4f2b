"""Builders, fakes and servers that the tests share."""
