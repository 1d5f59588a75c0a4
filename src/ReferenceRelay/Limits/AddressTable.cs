namespace CoralMux.ReferenceRelay.Limits;

/// <summary>Something remembered for each address, for as many addresses as there is room. When it is full, the address that was not seen for the
/// longest time is forgotten, so that a flood of addresses costs no memory.</summary>
internal sealed class AddressTable<T>(int capacity)
    where T : class, new()
{
    private readonly Dictionary<AddressKey, LinkedListNode<(AddressKey Key, T Value)>> _nodes = [];
    private readonly LinkedList<(AddressKey Key, T Value)> _byAge = new();

    public Lock Gate { get; } = new();

    /// <summary>To be called, and its result used, under <see cref="Gate"/>.</summary>
    public T Get(AddressKey key)
    {
        if (_nodes.TryGetValue(key, out var node))
        {
            _byAge.Remove(node);
            _byAge.AddLast(node);
            return node.Value.Value;
        }

        if (_nodes.Count >= capacity)
        {
            _nodes.Remove(_byAge.First!.Value.Key);
            _byAge.RemoveFirst();
        }

        node = _byAge.AddLast((key, new T()));
        _nodes[key] = node;
        return node.Value.Value;
    }
}
