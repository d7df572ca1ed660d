using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Protocol.Integrity.Commitments;

namespace RealTimeActors.Protocol.Integrity;

/// <content>The fields of an event's data one by one, for a proof that shows some and withholds others.</content>
public static partial class EventHash
{
    private const int FieldsFree = 32;

    /// <summary>The fields to which <see cref="Commit"/> commits, in its order, each with its salt.</summary>
    /// <param name="data">A compact JSON value.</param>
    /// <param name="salt">The random salt of the event.</param>
    /// <param name="isObject">Whether they are members of an object; otherwise there is one, without a name.</param>
    public static IReadOnlyList<ProvenField> Fields(ReadOnlySpan<byte> data, ReadOnlySpan<byte> salt, out bool isObject)
    {
        isObject = ObjectFields.IsObject(data);
        var text = new byte[data.Length + ObjectFields.SlackBytes];
        data.CopyTo(text);
        var fields = ArrayPool<ObjectField>.Shared.Rent(FieldsFree);
        var count = ObjectFields.Find(text, 0, data.Length, stackalloc int[ObjectFields.QuotesMax], ref fields, 0);
        var salts = FieldSalts.Of(salt, count);
        var proven = new ProvenField[count];
        for (var i = 0; i < count; i++)
        {
            var name = Encoding.UTF8.GetString(data.Slice(fields[i].NameStart, fields[i].NameLength));
            var value = Encoding.UTF8.GetString(data.Slice(fields[i].ValueStart, fields[i].ValueLength));
            proven[i] = ProvenField.Shown(name, value, salts.AsMemory(i * SaltBytes, SaltBytes));
        }

        ArrayPool<ObjectField>.Shared.Return(fields);
        return proven;
    }

    /// <summary>The commitment to data whose fields are partly shown, as <see cref="Commit"/> makes it of all of them.</summary>
    /// <param name="fields">In their order.</param>
    /// <param name="isObject">Whether they are members of an object.</param>
    /// <param name="commitment">Receives 32 bytes.</param>
    public static void CommitShown(IReadOnlyList<ProvenField> fields, bool isObject, Span<byte> commitment)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var all = new byte[1 + (fields.Count * Bytes)];
        all[0] = isObject ? KindObject : KindOther;
        for (var i = 0; i < fields.Count; i++)
            fields[i].WriteCommitment(all.AsSpan(1 + (i * Bytes), Bytes));

        SHA256.HashData(all, commitment);
    }
}
