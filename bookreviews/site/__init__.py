"""What admins set while the site runs: its name, its rules, who may join, what is watched for."""
