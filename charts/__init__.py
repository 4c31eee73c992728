"""What the chart is built from where no template is enough."""
