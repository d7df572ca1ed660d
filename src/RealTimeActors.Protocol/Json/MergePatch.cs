using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Protocol.Json;

/// <summary>JSON Merge Patch (RFC 7396) on compact UTF-8: what a patch does not name is copied byte for byte, what it names is taken over as it stands there.</summary>
/// <remarks>All values are well formed, without white space outside strings and without a name twice in an object, as the codecs hand them on.</remarks>
public static class MergePatch
{
    /// <summary>The target with the patch applied. Members keep their places; new ones follow in the order of the patch.</summary>
    /// <param name="target">The value; empty: there is none.</param>
    /// <param name="patch">The patch.</param>
    public static ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> target, ReadOnlyMemory<byte> patch)
    {
        if (!JsonMembers.IsObject(patch.Span))
            return patch;

        var to = new ArrayBufferWriter<byte>(target.Length + patch.Length + 2);
        Write(target, patch, to);
        return to.WrittenMemory;
    }

    /// <summary>The patch that makes <paramref name="to"/> of <paramref name="from"/>. Numbers and strings that are written in another way count as changed.</summary>
    /// <param name="from">The value before; empty: there was none.</param>
    /// <param name="to">The value after.</param>
    /// <param name="patch">The patch; null where none can say it, because a member is to become <c>null</c>.</param>
    public static bool TryDiff(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to, [NotNullWhen(true)] out byte[]? patch)
    {
        var writer = new ArrayBufferWriter<byte>(64);
        var canSay = true;
        if (JsonMembers.IsObject(to.Span))
            canSay = TryWriteDiff(from, to, writer);
        else
            writer.Write(to.Span);

        patch = canSay ? writer.WrittenSpan.ToArray() : null;
        return canSay;
    }

    private static void Write(ReadOnlyMemory<byte> target, ReadOnlyMemory<byte> patch, ArrayBufferWriter<byte> to)
    {
        if (!JsonMembers.IsObject(patch.Span))
        {
            to.Write(patch.Span);
            return;
        }

        var changes = new JsonMemberIndex(patch);
        var separator = "{\""u8;
        foreach (var (name, value) in new JsonMembers(target))
        {
            var at = changes.Take(name);
            if (at < 0)
            {
                WriteName(name, ref separator, to);
                to.Write(value.Span);
            }
            else if (!IsNull(changes.ValueAt(at)))
            {
                WriteName(name, ref separator, to);
                Write(value, changes.ValueAt(at), to);
            }
        }

        for (var at = 0; at < changes.Count; at++)
        {
            if (changes.IsTaken(at) || IsNull(changes.ValueAt(at)))
                continue;

            WriteName(changes.NameAt(at), ref separator, to);
            Write(default, changes.ValueAt(at), to);
        }

        to.Write(separator[0] == '{' ? "{}"u8 : "}"u8);
    }

    private static bool TryWriteDiff(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to, ArrayBufferWriter<byte> writer)
    {
        var after = new JsonMemberIndex(to);
        var separator = "{\""u8;
        foreach (var (name, value) in new JsonMembers(from))
        {
            var at = after.Take(name);
            if (at < 0)
            {
                WriteName(name, ref separator, writer);
                writer.Write("null"u8);
            }
            else if (!value.Span.SequenceEqual(after.ValueAt(at).Span))
            {
                WriteName(name, ref separator, writer);
                if (!TryWriteMember(value, after.ValueAt(at), writer))
                    return false;
            }
        }

        for (var at = 0; at < after.Count; at++)
        {
            if (after.IsTaken(at))
                continue;

            WriteName(after.NameAt(at), ref separator, writer);
            if (!TryWriteMember(default, after.ValueAt(at), writer))
                return false;
        }

        writer.Write(separator[0] == '{' ? "{}"u8 : "}"u8);
        return true;
    }

    /// <summary>An object that stands where none was is its own patch, unless it has nulls.</summary>
    private static bool TryWriteMember(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to, ArrayBufferWriter<byte> writer)
    {
        if (JsonMembers.IsObject(to.Span))
            return TryWriteDiff(from, to, writer);

        writer.Write(to.Span);
        return !IsNull(to);
    }

    private static void WriteName(ReadOnlyMemory<byte> name, ref ReadOnlySpan<byte> separator, ArrayBufferWriter<byte> to)
    {
        to.Write(separator);
        to.Write(name.Span);
        to.Write("\":"u8);
        separator = ",\""u8;
    }

    private static bool IsNull(ReadOnlyMemory<byte> json) => json.Span.SequenceEqual("null"u8);
}
