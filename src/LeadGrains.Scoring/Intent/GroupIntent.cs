namespace LeadGrains.Scoring;

/// <summary>A grain's points in one group, as they are stored.</summary>
/// <param name="Group">The group's place in the model.</param>
/// <param name="At">The newest scoring instant seen; points and clip, and the points of the group's rules, are stated as of it.</param>
/// <param name="Points">What the group is worth at that instant, between its floor and cap.</param>
/// <param name="Clip">What cap or floor took away. The rules' points less this are <paramref name="Points"/>, then and later.</param>
public readonly record struct GroupIntent(int Group, Instant At, double Points, double Clip);
