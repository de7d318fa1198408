-- Rooms and buildings that are no more: from this day on there is none, and who lived there stays known.
alter table room add column valid_to text;
alter table building add column valid_to text;

-- What the places of a file are measured against; none where it has no places.
alter table people_import add column datum text;
