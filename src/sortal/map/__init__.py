"""A collection as a map: neighbours, layouts, how far to believe them, clusters, growth."""

from sortal.map.clusters import find_clusters
from sortal.map.grid import layout_grid
from sortal.map.growth import place_new
from sortal.map.layout_category import layout_by_category
from sortal.map.layout_date import layout_by_date
from sortal.map.layout_numbers import layout_by_numbers
from sortal.map.layout_place import layout_by_place, project
from sortal.map.layout_values import Annotation, Layout, Points, Text
from sortal.map.measuring import Fidelity, fidelities, fidelity
from sortal.map.naming import ClusterName, Labels, Tags, name_clusters
from sortal.map.neighbours import Neighbours, find_neighbours
from sortal.map.similarity import METHODS, Method, layout_similarity
from sortal.map.updating import update_neighbours

__all__ = [
    "METHODS",
    "Annotation",
    "ClusterName",
    "Fidelity",
    "Labels",
    "Layout",
    "Method",
    "Neighbours",
    "Points",
    "Tags",
    "Text",
    "fidelities",
    "fidelity",
    "find_clusters",
    "find_neighbours",
    "layout_by_category",
    "layout_by_date",
    "layout_by_numbers",
    "layout_by_place",
    "layout_grid",
    "layout_similarity",
    "name_clusters",
    "place_new",
    "project",
    "update_neighbours",
]
