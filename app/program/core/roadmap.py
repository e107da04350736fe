"""Says what an action about the program itself may be about, and where it may stand."""

from typing import Literal

ActionState = Literal["open", "done", "dropped"]
Term = Literal["short", "long"]
# The five areas of continuous improvement of "Key Account Management: The Ultimate Guide for 2024".
Area = Literal["criteria", "manager_development", "executive_engagement", "joint_offerings", "analytics"]
