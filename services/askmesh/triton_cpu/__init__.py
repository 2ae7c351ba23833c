"""A real Triton server for machines without a GPU: llama.cpp behind TensorRT-LLM's tensors."""
