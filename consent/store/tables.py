"""The one collection of the consent database's tables; each topic's tables stand in a module of their own."""

from sqlalchemy import MetaData

metadata = MetaData()
