"""What is told when there is no answer: problem documents, where input is wrong, and what to send instead."""
