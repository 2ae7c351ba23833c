"""Dashboards and alerts of the mesh, as one typed source of what the chart ships.

`python -m helm.monitoring helm/askmesh/monitoring` writes them.
"""
