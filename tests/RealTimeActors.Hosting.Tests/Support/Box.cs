using System.Threading.Channels;

namespace RealTimeActors.Hosting.Tests.Support;

/// <summary>What a handler puts in, a test takes out, in order.</summary>
internal sealed class Box<T>
{
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    internal ValueTask PutAsync(T item) => _items.Writer.WriteAsync(item);

    internal Task<T> NextAsync() => _items.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

    internal async Task<List<T>> NextAsync(int count)
    {
        var items = new List<T>();
        while (items.Count < count)
            items.Add(await NextAsync());

        return items;
    }

    internal bool IsEmpty => _items.Reader.Count == 0;
}
