using System.Text;

namespace RealTimeActors.TestKit.Network.Http;

/// <summary>
/// Reads <c>text/event-stream</c> (WHATWG HTML, 9.2) that comes in pieces of any size, as far as servers here write it: lines end by a line feed. An event counts when the blank line after it
/// is there. Written down apart from what writes it, so that one checks the other.
/// </summary>
internal sealed class EventStreamParser
{
    private readonly List<byte> _line = [];
    private readonly StringBuilder _data = new();
    private string? _id;

    /// <summary>Whether an event has begun that is not complete.</summary>
    internal bool IsInsideEvent => _line.Count > 0 || _data.Length > 0 || _id is not null;

    /// <summary>Takes bytes, and hands over the id and the data of each event that is complete with them.</summary>
    internal void Feed(ReadOnlySpan<byte> bytes, Action<string, string> onEvent)
    {
        foreach (var one in bytes)
        {
            if (one != '\n')
            {
                _line.Add(one);
                continue;
            }

            var line = Encoding.UTF8.GetString([.. _line]);
            _line.Clear();
            Take(line, onEvent);
        }
    }

    private void Take(string line, Action<string, string> onEvent)
    {
        if (line.Length == 0)
        {
            var (id, data) = (_id, _data.ToString());
            _id = null;
            _data.Clear();
            if (data.Length > 0)
                onEvent(id ?? throw new InvalidDataException("An event with an id is expected; this one has none."), data);
        }
        else if (line.StartsWith("id: ", StringComparison.Ordinal))
        {
            _id = line[4..];
        }
        else if (line.StartsWith("data: ", StringComparison.Ordinal))
        {
            _data.Append(line, 6, line.Length - 6).Append('\n');
        }
        else if (line[0] != ':')
        {
            throw new InvalidDataException($"A field of an event stream or a comment is expected; '{line}' came.");
        }
    }
}
