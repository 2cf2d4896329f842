"""The catalog: what a business sells, at which price in which currency, and whether it is taxed."""
