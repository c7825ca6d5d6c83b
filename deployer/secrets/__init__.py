"""Files of secrets, one a community: encrypted by sops for the community's recipients and the operators'."""
