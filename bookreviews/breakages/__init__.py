"""What broke: errors that are nobody's but ours, counted by day and place for the admins."""
