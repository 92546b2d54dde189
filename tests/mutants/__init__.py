"""Ten classic ways to lose somebody's work, planted one by one: each must be caught by the tests named beside it."""
