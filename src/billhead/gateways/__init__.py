"""The world outside, one port each, with real adapters: work execution; later mail, payment gateway, OIDC."""
