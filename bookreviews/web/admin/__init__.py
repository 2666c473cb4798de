"""The rooms of those who run the site, one module for each: admins only, and nobody else knows."""

from bookreviews.web.admin import audit, books, dashboard, invitations, jobs, people, person, site

ROOMS = (dashboard, people, person, site, invitations, books, jobs, audit)
