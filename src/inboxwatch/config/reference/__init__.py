"""What is written from the schema: the example, the reference page, and the JSON Schema."""
