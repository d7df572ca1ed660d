namespace RealTimeActors.Protocol.Json;

/// <summary>The items of a JSON array, one after the other, each a slice of it.</summary>
/// <param name="json">One JSON value, well formed and without white space outside strings. One that is no array has no items.</param>
public readonly struct JsonItems(ReadOnlyMemory<byte> json)
{
    /// <summary>Whether the value is an array.</summary>
    public static bool IsArray(ReadOnlySpan<byte> json) => !json.IsEmpty && json[0] == '[';

    /// <summary>Begins before the first item.</summary>
    public Enumerator GetEnumerator() => new(json);

    /// <summary>Stands at one item.</summary>
    public struct Enumerator
    {
        private readonly ReadOnlyMemory<byte> _json;
        private int _at;

        internal Enumerator(ReadOnlyMemory<byte> json)
        {
            _json = json;
            _at = IsArray(json.Span) && json.Span[1] != ']' ? 1 : json.Length;
        }

        /// <summary>The item.</summary>
        public ReadOnlyMemory<byte> Current { get; private set; }

        /// <summary>Goes to the next item. False: that was the last.</summary>
        public bool MoveNext()
        {
            if (_at >= _json.Length)
                return false;

            var text = _json.Span;
            var end = CompactJson.EndOfValue(text, _at);
            Current = _json[_at..end];
            _at = text[end] == ']' ? text.Length : end + 1;
            return true;
        }
    }
}
