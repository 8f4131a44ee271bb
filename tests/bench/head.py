def measure(folder):
    return {"feishu-image": 0}
