"""List the types of projects that Jira has."""

PROJECT_TYPES = ("software", "service_desk", "business", "product_discovery", "customer_service")
