namespace RealTimeActors.Protocol.Json;

/// <summary>The members of a JSON object, one after the other, each a slice of it: <c>foreach (var (name, value) in new JsonMembers(json))</c>.</summary>
/// <param name="json">One JSON value, well formed and without white space outside strings, as the codecs hand it on. One that is no object has no members.</param>
public readonly struct JsonMembers(ReadOnlyMemory<byte> json)
{
    /// <summary>Whether the value is an object.</summary>
    public static bool IsObject(ReadOnlySpan<byte> json) => !json.IsEmpty && json[0] == '{';

    /// <summary>Begins before the first member.</summary>
    public Enumerator GetEnumerator() => new(json);

    /// <summary>Stands at one member.</summary>
    public struct Enumerator
    {
        private readonly ReadOnlyMemory<byte> _json;
        private int _at;

        internal Enumerator(ReadOnlyMemory<byte> json)
        {
            _json = json;
            _at = IsObject(json.Span) && json.Span[1] != '}' ? 1 : json.Length;
        }

        /// <summary>The name, as it stands between its quotes, and the value.</summary>
        public (ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value) Current { get; private set; }

        /// <summary>Goes to the next member. False: that was the last.</summary>
        public bool MoveNext()
        {
            if (_at >= _json.Length)
                return false;

            var text = _json.Span;
            var nameEnd = CompactJson.EndOfString(text, _at);
            var end = CompactJson.EndOfValue(text, nameEnd + 1);
            Current = (_json[(_at + 1)..(nameEnd - 1)], _json[(nameEnd + 1)..end]);
            _at = text[end] == '}' ? text.Length : end + 1;
            return true;
        }
    }
}
