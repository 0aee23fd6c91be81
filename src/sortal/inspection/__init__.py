"""What a person should look at in the data: blurred, dark, tiny, odd, suspected labels."""
