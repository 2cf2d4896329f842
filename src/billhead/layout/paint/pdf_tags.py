"""The structure tree of a tagged PDF (ISO 32000-1 §14.7, PDF/UA-1)."""

from __future__ import annotations

from billhead.layout.frames import Tag
from billhead.layout.paint.pdf_objects import PdfFile, text_string

KEPT_WHEN_EMPTY = frozenset({"Document", "TR", "TH", "TD"})
DESCRIBED = frozenset({"TH", "TD", "Figure", "Table"})


class StructureTree:
    """Marked content of every page, and the tree that it belongs to."""

    def __init__(self, pdf: PdfFile, pages: int) -> None:
        self._pdf = pdf
        self.marked: list[list[Tag]] = [[] for _ in range(pages)]
        self._links: list[tuple[Tag, int, int]] = []
        self.boxes: dict[Tag, str] = {}

    def mark(self, page: int, tag: Tag) -> int:
        """The marked-content id for content of `tag` on a page."""
        marks = self.marked[page]
        marks.append(tag)
        return len(marks) - 1

    def link(self, tag: Tag, page: int, annotation: int) -> int:
        """Registers a link annotation; gives its key in the parent tree."""
        self._links.append((tag, page, annotation))
        return len(self.marked) + len(self._links) - 1

    def write(self, root_tag: Tag, page_refs: list[int]) -> int:
        """Writes the tree; gives the number of its root."""
        pdf = self._pdf
        content: dict[Tag, list[str]] = {}
        home: dict[Tag, int] = {}
        for page, tags in enumerate(self.marked):
            for mcid, tag in enumerate(tags):
                if tag not in home:
                    home[tag] = page
                    content[tag] = [str(mcid)]
                elif home[tag] == page:
                    content[tag].append(str(mcid))
                else:
                    content[tag].append(f"<</Type/MCR/Pg {page_refs[page]} 0 R/MCID {mcid}>>")
        for tag, page, annotation in self._links:
            home.setdefault(tag, page)
            content.setdefault(tag, []).append(f"<</Type/OBJR/Pg {page_refs[page]} 0 R/Obj {annotation} 0 R>>")
        tree = pdf.reserve()
        numbers: dict[Tag, int] = {}
        kept = self._number(root_tag, content, numbers)
        if not kept:
            numbers[root_tag] = pdf.reserve()
        homes = {tag: f"/Pg {page_refs[page]} 0 R" for tag, page in home.items()}
        self._elements(root_tag, tree, content, homes, numbers)
        parents = [
            f"{key}[" + " ".join([f"{numbers[tag]} 0 R" for tag in tags]) + "]" for key, tags in enumerate(self.marked)
        ]
        parents += [f"{len(self.marked) + at} {numbers[tag]} 0 R" for at, (tag, _, _) in enumerate(self._links)]
        parent_tree = pdf.add(f"<</Nums[{' '.join(parents)}]>>")
        count = len(self.marked) + len(self._links)
        pdf.add(
            f"<</Type/StructTreeRoot/K {numbers[root_tag]} 0 R/ParentTree {parent_tree} 0 R"
            f"/ParentTreeNextKey {count}>>",
            tree,
        )
        return tree

    def _number(self, tag: Tag, content: dict[Tag, list[str]], numbers: dict[Tag, int]) -> bool:
        """Gives numbers to the tags that hold something; whether this one does."""
        filled = tag in content or tag.kind in KEPT_WHEN_EMPTY
        number = self._pdf.reserve()
        for child in tag.children:
            if child.children:
                filled = self._number(child, content, numbers) or filled
                continue
            leaf = self._pdf.reserve()
            if child in content or child.kind in KEPT_WHEN_EMPTY:
                numbers[child] = leaf
                filled = True
        if filled:
            numbers[tag] = number
        return filled

    def _elements(
        self,
        tag: Tag,
        parent: int,
        content: dict[Tag, list[str]],
        homes: dict[Tag, str],
        numbers: dict[Tag, int],
    ) -> None:
        own = numbers[tag]
        kids = content.get(tag, [])
        if tag.children:
            children = [child for child in tag.children if child in numbers]
            kids = [*kids, *[f"{numbers[child]} 0 R" for child in children]]
        listed = f" {kids[0]}" if len(kids) == 1 else f" [{' '.join(kids)}]" if kids else "[]"
        extra = self._extra(tag) if tag.kind in DESCRIBED else ""
        body = f"<</S/{tag.kind}/P {parent} 0 R{homes.get(tag, '')}/K{listed}{extra}>>"
        self._pdf.small.append((own, body))
        if tag.children:
            for child in children:
                self._elements(child, own, content, homes, numbers)

    def _extra(self, tag: Tag) -> str:
        if tag.kind == "TH":
            span = f"/ColSpan {tag.span}" if tag.span > 1 else ""
            return f"/A<</O/Table/Scope/Column{span}>>"
        if tag.kind == "TD":
            return f"/A<</O/Table/ColSpan {tag.span}>>" if tag.span > 1 else ""
        if tag.kind == "Figure":
            return f"/Alt{text_string(tag.text)}/A<</O/Layout/Placement/Block{self.boxes.get(tag, '')}>>"
        if tag.kind == "Table" and tag.text:
            return f"/A<</O/Table/Summary{text_string(tag.text)}>>"
        return ""
