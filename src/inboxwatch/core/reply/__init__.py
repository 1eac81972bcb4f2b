"""May it be answered, with which template, in which words: permit, choose, compose."""
