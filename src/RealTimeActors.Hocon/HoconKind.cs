namespace RealTimeActors.Hocon;

/// <summary>What a value is: the six types of JSON.</summary>
public enum HoconKind
{
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}
