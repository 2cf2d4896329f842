"""What every suite shares."""

pytest_plugins = ["postgres", "databases", "scopes", "app"]
