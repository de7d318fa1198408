-- Consent to news was asked for once, and nothing ever used it. The kind is known no more, so nobody could see or withdraw what was given:
-- it is ended here, in the row, as a withdrawal is; that it was given stays known.
update legal_basis set withdrawn_at = greatest(given_at, (extract(epoch from now()) * 1000000)::bigint)
where kind = 'news' and withdrawn_at is null;
