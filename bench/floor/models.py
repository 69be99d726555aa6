from django.db import models


class Item(models.Model):
    title = models.CharField(max_length=160)
    summary = models.TextField()
    place = models.CharField(max_length=160)
    starts_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "floor"

    def __str__(self):
        return self.title


class Part(models.Model):
    item = models.ForeignKey(Item, models.CASCADE, related_name="parts")
    starts_at = models.DateTimeField()

    class Meta:
        app_label = "floor"

    def __str__(self):
        return str(self.starts_at)


class Person(models.Model):
    name = models.CharField(max_length=160)
    email = models.EmailField()
    library = models.CharField(max_length=160)

    class Meta:
        app_label = "floor"

    def __str__(self):
        return self.name


class Entry(models.Model):
    item = models.ForeignKey(Item, models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "floor"

    def __str__(self):
        return str(self.pk)


class Letter(models.Model):
    address = models.EmailField()
    subject = models.CharField(max_length=255)
    text = models.TextField()
    html = models.TextField()
    calendars = models.JSONField(default=list)

    class Meta:
        app_label = "floor"

    def __str__(self):
        return self.subject


class Line(models.Model):
    name = models.CharField(max_length=160)
    planned = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        app_label = "floor"

    def __str__(self):
        return self.name


class Row(models.Model):
    line = models.ForeignKey(Line, models.CASCADE, related_name="rows")
    text = models.CharField(max_length=300)
    reserved = models.DecimalField(max_digits=12, decimal_places=2)
    committed = models.DecimalField(max_digits=12, decimal_places=2)
    spent = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        app_label = "floor"

    def __str__(self):
        return self.text
