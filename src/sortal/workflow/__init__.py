"""The jobs as whole calls: train, predict, evaluate, check, tag; what every face calls."""
