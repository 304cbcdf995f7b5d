"""What was edited: two texts of one article beside each other, the classes of their difference, and what is no edit."""
