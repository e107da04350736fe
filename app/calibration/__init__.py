"""The partnership level agreed with the customer, in four steps: explore, assess, align, delineate investments."""
