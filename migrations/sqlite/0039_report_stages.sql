-- There are figures of more steps (协办, 挂起, to the end): all matters are gathered anew.
update matter set figured = -1;
