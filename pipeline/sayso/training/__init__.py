"""Data sets -> model folder: train, calibrate, export, describe; and evaluate. Only the modules that train import torch."""
