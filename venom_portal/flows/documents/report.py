"""What the files of a folder add up to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from venom_portal.flows.documents.duplicates import NearGroup, exact_groups, near_groups
from venom_portal.flows.documents.records import FileRecord, Listing


@dataclass(frozen=True)
class Report:
    """The files of a run, in the order of their paths, and the groups among them."""

    listing: Listing
    records: list[FileRecord]
    exact: list[list[FileRecord]]
    near: list[NearGroup]

    @classmethod
    def of(cls, listing: Listing, records: list[FileRecord]) -> "Report":
        """Compare the files with each other."""
        ordered = sorted(records, key=lambda record: record.path)
        return cls(listing, ordered, exact_groups(ordered), near_groups(ordered))

    @cached_property
    def readable(self) -> list[FileRecord]:
        """The files that could be read."""
        return [record for record in self.records if not record.problem]

    @cached_property
    def troubled(self) -> list[FileRecord]:
        """The files that could not be read."""
        return [record for record in self.records if record.problem]

    @property
    def wasted_bytes(self) -> int:
        """What all but one of each group of the same files take."""
        return sum(group[0].size * (len(group) - 1) for group in self.exact)

    def summary(self) -> dict[str, Any]:
        """Return the totals as JSON: small, whatever the number of files."""
        return {
            "folder": self.listing.folder,
            "pattern": self.listing.pattern,
            "files": len(self.records),
            "left_out": self.listing.left_out,
            "skipped": self.listing.count - len(self.records),
            "bytes": sum(record.size for record in self.readable),
            "words": sum(record.words for record in self.readable),
            "partly_counted": sum(record.partial for record in self.readable),
            "kinds": self.count(lambda record: record.kind),
            "types": self.count(lambda record: record.media_type),
            "encodings": self.count(lambda record: record.encoding),
            "languages": self.count(lambda record: record.language),
            "problems": dict(Counter(record.problem for record in self.troubled).most_common()),
            "exact_duplicates": {
                "groups": len(self.exact),
                "files": sum(len(group) - 1 for group in self.exact),
                "bytes": self.wasted_bytes,
            },
            "near_duplicates": {"groups": len(self.near), "files": sum(len(group.others) for group in self.near)},
        }

    def count(self, key: Callable[[FileRecord], str]) -> dict[str, int]:
        """Count the readable files by a property, the most frequent value first, leaving out files without it."""
        counts = Counter(key(record) for record in self.readable)
        return {
            value: number for value, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if value
        }
