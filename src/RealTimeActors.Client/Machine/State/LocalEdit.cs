using System.Buffers;
using RealTimeActors.Protocol.Json;

namespace RealTimeActors.Client.Machine.State;

/// <summary>What an edit seems to do, as long as the server has not said what it does: as if nobody else edited and the channel had no rules. What it cannot do is left undone.</summary>
internal static class LocalEdit
{
    /// <param name="value">The value that it is made on; null: there is none.</param>
    /// <param name="mutation">The edit.</param>
    /// <returns>The value after it; null: there is none.</returns>
    internal static ReadOnlyMemory<byte>? Apply(ReadOnlyMemory<byte>? value, PendingMutation mutation) => mutation.Operation switch
    {
        "set" => mutation.Value,
        "delete" => null,
        "merge" => MergePatch.Apply(value ?? default, mutation.Value),
        "increment" or "add" or "remove" => Applied(value, mutation),
        _ => value,
    };

    /// <summary>Fields that are counted up, or gain or lose members, are a merge of what they become.</summary>
    private static ReadOnlyMemory<byte>? Applied(ReadOnlyMemory<byte>? value, PendingMutation mutation)
    {
        if (!JsonMembers.IsObject(mutation.Value.Span) || (value is null ? mutation.Operation == "remove" : !JsonMembers.IsObject(value.Value.Span)))
            return value;

        var patch = new ArrayBufferWriter<byte>();
        WritePatch(value ?? default, mutation.Value, mutation.Operation, patch);
        return MergePatch.Apply(value ?? default, patch.WrittenMemory);
    }

    private static void WritePatch(ReadOnlyMemory<byte> present, ReadOnlyMemory<byte> fields, string operation, ArrayBufferWriter<byte> to)
    {
        var separator = "{\""u8;
        foreach (var (name, operand) in new JsonMembers(fields))
        {
            var former = Find(present, name);
            if (former.IsEmpty && operation == "remove")
                continue;

            var value = new ArrayBufferWriter<byte>();
            if (JsonMembers.IsObject(operand.Span))
                WritePatch(former, operand, operation, value);
            else if (operation == "increment")
                WriteSum(former, operand, value);
            else if (JsonItems.IsArray(operand.Span) && (former.IsEmpty || JsonItems.IsArray(former.Span)))
                WriteMembers(former, operand, operation == "add", value);

            if (value.WrittenCount == 0)
                continue;

            to.Write(separator);
            to.Write(name.Span);
            to.Write("\":"u8);
            to.Write(value.WrittenSpan);
            separator = ",\""u8;
        }

        to.Write(separator[0] == '{' ? "{}"u8 : "}"u8);
    }

    private static void WriteSum(ReadOnlyMemory<byte> former, ReadOnlyMemory<byte> operand, ArrayBufferWriter<byte> to)
    {
        if (!JsonNumber.TryParse(operand.Span, out var by))
            return;

        if (former.IsEmpty)
            to.Write(operand.Span);
        else if (JsonNumber.TryParse(former.Span, out var number) && JsonNumber.TryAdd(number, by, out var sum))
            to.Write(sum.ToToken());
    }

    private static void WriteMembers(ReadOnlyMemory<byte> former, ReadOnlyMemory<byte> operand, bool isAdd, ArrayBufferWriter<byte> to)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in new JsonItems(isAdd ? former : operand))
            named.Add(IdentityOf(item));

        var members = new List<ReadOnlyMemory<byte>>();
        foreach (var item in new JsonItems(former))
        {
            if (isAdd || !named.Contains(IdentityOf(item)))
                members.Add(item);
        }

        if (isAdd)
        {
            foreach (var item in new JsonItems(operand))
            {
                if (named.Add(IdentityOf(item)))
                    members.Add(item);
            }
        }

        var separator = "["u8;
        foreach (var member in members)
        {
            to.Write(separator);
            to.Write(member.Span);
            separator = ","u8;
        }

        to.Write(members.Count == 0 ? "[]"u8 : "]"u8);
    }

    /// <summary>Equal values have equal ones. Two that are written differently are one member of a set.</summary>
    private static string IdentityOf(ReadOnlyMemory<byte> value) => Convert.ToBase64String(CanonicalJson.Of(value));

    private static ReadOnlyMemory<byte> Find(ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> name)
    {
        var wanted = JsonStrings.Canonical(name);
        foreach (var (other, value) in new JsonMembers(json))
        {
            if (JsonStrings.Canonical(other).Span.SequenceEqual(wanted.Span))
                return value;
        }

        return default;
    }
}
