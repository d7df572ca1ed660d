using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Protocol.Codecs;

/// <summary>The frames about state.</summary>
internal static partial class ProtobufServerReader
{
    private static ServerFrame.Mutated ReadMutated(ref ProtoReader r, long id)
    {
        string? result = null, epoch = null, reason = null, channel = null, key = null;
        long offset = 0, version = 0;
        byte[]? value = null;
        var isDuplicate = false;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("mutated.result", ref result);
                    break;
                case (2, Wire.Varint):
                    r.Integer("mutated.offset", ref offset);
                    break;
                case (3, Wire.Varint):
                    r.Integer("mutated.version", ref version);
                    break;
                case (4, Wire.Bytes):
                    value = r.Bytes.ToArray();
                    break;
                case (5, Wire.Bytes):
                    r.Text("mutated.epoch", ref epoch);
                    break;
                case (6, Wire.Bytes):
                    r.Text("mutated.reason", ref reason);
                    break;
                case (7, Wire.Varint):
                    isDuplicate = r.Number != 0;
                    break;
                case (8, Wire.Bytes):
                    r.Text("mutated.channel", ref channel);
                    break;
                case (9, Wire.Bytes):
                    r.Text("mutated.key", ref key);
                    break;
            }
        }

        return new ServerFrame.Mutated
        {
            Id = id,
            Result = result ?? "",
            Channel = channel,
            Key = key,
            Epoch = epoch,
            Offset = offset,
            Version = version,
            Value = value,
            Reason = reason,
            Duplicate = isDuplicate,
        };
    }

    private static ServerFrame.State ReadState(ref ProtoReader r, long id)
    {
        string? channel = null;
        long offset = 0;
        var isLast = false;
        List<Entry> entries = [];
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("state.channel", ref channel);
                    break;
                case (2, Wire.Varint):
                    r.Integer("state.offset", ref offset);
                    break;
                case (3, Wire.Bytes):
                    entries.Add(ReadEntry(ref r));
                    break;
                case (4, Wire.Varint):
                    isLast = r.Number != 0;
                    break;
            }
        }

        return new ServerFrame.State(channel ?? "", offset, entries, isLast) { Id = id };
    }

    private static ServerFrame.Change ReadChange(ref ProtoReader r, long id)
    {
        string? channel = null, key = null, mutationId = null, user = null;
        long offset = 0, version = 0;
        byte[]? patch = null, value = null;
        var isDeleted = false;
        while (r.Next())
        {
            switch (r.Field, r.Wire)
            {
                case (1, Wire.Bytes):
                    r.Text("change.channel", ref channel);
                    break;
                case (2, Wire.Varint):
                    r.Integer("change.offset", ref offset);
                    break;
                case (3, Wire.Bytes):
                    r.Text("change.key", ref key);
                    break;
                case (4, Wire.Varint):
                    r.Integer("change.version", ref version);
                    break;
                case (5, Wire.Bytes):
                    (patch, value, isDeleted) = (r.Bytes.ToArray(), null, false);
                    break;
                case (6, Wire.Bytes):
                    (patch, value, isDeleted) = (null, r.Bytes.ToArray(), false);
                    break;
                case (7, Wire.Varint):
                    (patch, value, isDeleted) = (null, null, r.Number != 0);
                    break;
                case (8, Wire.Bytes):
                    r.Text("change.mutation_id", ref mutationId);
                    break;
                case (9, Wire.Bytes):
                    r.Text("change.user", ref user);
                    break;
            }
        }

        return new ServerFrame.Change
        {
            Id = id,
            Channel = channel ?? "",
            Offset = offset,
            Key = key ?? "",
            Version = version,
            Patch = patch is null ? (ReadOnlyMemory<byte>?)null : patch,
            Value = value is null ? (ReadOnlyMemory<byte>?)null : value,
            Deleted = isDeleted,
            MutationId = mutationId,
            User = user,
        };
    }
}
