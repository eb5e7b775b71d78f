"""The promises of the design, each with tests that go red when it is broken."""
