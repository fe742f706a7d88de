"""Pictures of features, labels, pairs and results: arrays in, arrays, figures or HTML out."""
