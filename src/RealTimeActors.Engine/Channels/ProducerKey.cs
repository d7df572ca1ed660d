namespace RealTimeActors.Engine.Channels;

/// <summary>A producer is known by its user and its own id: nobody can use up another's sequences.</summary>
internal readonly record struct ProducerKey(string User, string ProducerId) : IComparable<ProducerKey>
{
    /// <inheritdoc/>
    public int CompareTo(ProducerKey other)
    {
        var byUser = string.CompareOrdinal(User, other.User);
        return byUser != 0 ? byUser : string.CompareOrdinal(ProducerId, other.ProducerId);
    }
}
