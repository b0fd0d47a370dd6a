from django.db import models


class SmsCount(models.Model):
    """How many SMS were given to the gateway in a day: to a number, for a school, in all."""

    day = models.DateField("jour")
    what = models.CharField("de quoi", max_length=40)
    count = models.PositiveIntegerField("nombre", default=0)

    class Meta:
        verbose_name = "compte de SMS"
        verbose_name_plural = "comptes de SMS"
        constraints = [models.UniqueConstraint(fields=["day", "what"], name="one_count_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.count}"
